-- One row per operation: what must be found without folding events, and who may write.
create table workflow_operation (
    id               varchar(40)  not null primary key,
    workflow         varchar(100) not null,
    version          integer      not null,
    idempotency_key  varchar(200) not null,
    input_digest     varchar(64)  not null,
    lock_keys        text         not null,
    phase            varchar(20)  not null,
    last_seq         bigint       not null,
    submitted_at     timestamp(3) with time zone not null,
    updated_at       timestamp(3) with time zone not null,
    -- fencing: an append with another epoch is refused in the same transaction
    epoch            bigint       not null,
    owner            varchar(100),
    running          boolean      not null,
    wake_at          timestamp(3) with time zone,
    wake_seq         bigint       not null,
    progress         text,
    constraint workflow_operation_key unique (idempotency_key)
);
create index workflow_operation_phase on workflow_operation (phase);
create index workflow_operation_submitted on workflow_operation (submitted_at);

-- The journal itself; rows are only ever added.
create table workflow_event (
    operation_id     varchar(40)  not null references workflow_operation (id),
    seq              bigint       not null,
    at               timestamp(3) with time zone not null,
    type             varchar(40)  not null,
    body             text         not null,
    primary key (operation_id, seq)
);

create table workflow_lock (
    lock_key         varchar(200) not null primary key,
    operation_id     varchar(40)  not null references workflow_operation (id)
);
create index workflow_lock_operation on workflow_lock (operation_id);
