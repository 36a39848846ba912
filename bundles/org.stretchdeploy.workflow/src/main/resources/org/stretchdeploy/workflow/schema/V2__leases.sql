-- The table of the db-scheduler library, which decides when and on which node an operation gets its next turn.
create table workflow_turn (
    task_name            varchar(100) not null,
    task_instance        varchar(100) not null,
    task_data            ${binary},
    execution_time       timestamp with time zone not null,
    picked               boolean not null,
    picked_by            varchar(100),
    last_success         timestamp with time zone,
    last_failure         timestamp with time zone,
    consecutive_failures integer,
    last_heartbeat       timestamp with time zone,
    version              bigint not null,
    priority             smallint,
    primary key (task_name, task_instance)
);
create index workflow_turn_due on workflow_turn (execution_time);
create index workflow_turn_heartbeat on workflow_turn (last_heartbeat);
