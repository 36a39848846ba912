-- Which process has the claim: the same one that claims again has not crashed in between.
alter table workflow_operation add column life varchar(40);
