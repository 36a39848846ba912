#!/bin/bash
# Runs all tests and says how many of each kind ran; fails when a kind ran too few, when one failed, or when one was skipped.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"
mkdir -p target
log=target/test.log

echo "stretch: all tests; the log is $log"
status=0
# A report that lies about from an earlier run must not be counted.
find . \( -path '*/target/surefire-reports/*' -o -path '*/target/failsafe-reports/*' \) -delete
# One module after the other: the lab's tests measure, and two cores are all there is. A failure in one module does not
# hide the others: the count at the end judges.
mvn -B -ntp -Plab --fail-at-end -Dmaven.test.failure.ignore=true install >"$log" 2>&1 &
build=$!
tail --pid="$build" -n +1 -f "$log" | grep --line-buffered -E 'Tests run:.*Time|SUCCESS|FAILURE|ERROR\]|BUILD' || true
wait "$build" || status=1

echo
"${JAVA_HOME:+$JAVA_HOME/bin/}java" itests/CountTests.java . >target/test-count.txt || status=1
# The last line stands alone: the sums of all kinds.
cat target/test-count.txt
exit $status
