-- Small texts of those bundles that need no table of their own: registered clouds, stretches, agents, the CA.
create table store_document (
    kind        varchar(40)  not null,
    id          varchar(200) not null,
    version     bigint       not null,
    body        text         not null,
    updated_at  timestamp(3) with time zone not null,
    primary key (kind, id)
);
