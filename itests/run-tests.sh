#!/bin/bash
# Runs all tests and says how many of each kind ran; fails when a kind ran none, when one failed, or when one was skipped.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"
mkdir -p target
log=target/test.log

echo "stretch: all tests; the log is $log"
status=0
find . -path '*/target/surefire-reports/*' -delete -o -path '*/target/failsafe-reports/*' -delete 2>/dev/null || true
# One module after the other: the lab's tests measure, and two cores are all there is.
mvn -B -ntp install 2>&1 | tee "$log" | grep --line-buffered -E 'Tests run:.*Time|^\[INFO\] Reactor Summary|SUCCESS|FAILURE|ERROR\]|BUILD' || true
grep -q 'BUILD SUCCESS' "$log" || status=1

count() { # kind, patterns of report file names
    local kind=$1 ran=0 failed=0 skipped=0 file numbers
    shift
    while IFS= read -r file; do
        numbers=$(sed -n 's/.*<testsuite [^>]*tests="\([0-9]*\)"[^>]*errors="\([0-9]*\)"[^>]*skipped="\([0-9]*\)"[^>]*failures="\([0-9]*\)".*/\1 \2 \3 \4/p' "$file" | head -n 1)
        set -- $numbers
        ran=$((ran + ${1:-0} - ${3:-0}))
        failed=$((failed + ${2:-0} + ${4:-0}))
        skipped=$((skipped + ${3:-0}))
    done < <(find . -name 'TEST-*.xml' -path "*/target/$report-reports/*" | grep -E "$pattern" || true)
    printf '%-28s %5d passed, %d failed, %d skipped\n' "$kind" $((ran - failed)) "$failed" "$skipped"
    total=$((total + ran - failed))
    broken=$((broken + failed))
    left=$((left + skipped))
    if [ "$ran" -lt "$floor" ]; then
        echo "stretch: only $ran tests of kind \"$kind\" ran, at least $floor are there" >&2
        status=1
    fi
}

total=0 broken=0 left=0
echo
echo "Tests by kind"
report=surefire floor=300 pattern='.'
count "unit and property"
report=failsafe floor=5 pattern='LabIT'
count "lab (real packets, guests)"
report=failsafe floor=5 pattern='[Kk]araf'
count "in the Karaf container"
report=failsafe floor=1 pattern='EndToEnd'
count "end to end"
[ "$left" = 0 ] || { echo "stretch: tests were skipped" >&2; status=1; }
[ "$broken" = 0 ] || status=1
echo
echo "$total passed, $broken failed"
exit $status
