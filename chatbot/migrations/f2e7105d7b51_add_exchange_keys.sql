-- revision: f2e7105d7b51
-- revises: eb1bfd995e44
-- message: add exchange keys
-- created: 2026-11-21T06:47:50Z

-- upgrade: postgresql
CREATE TABLE exchange_keys (
    user_id integer,
    idempotency_key character varying(128),
    request_digest character varying(64) NOT NULL,
    conversation_id integer NOT NULL,
    message_id integer NOT NULL,
    reply_id integer NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT exchange_keys_pkey PRIMARY KEY (user_id, idempotency_key),
    CONSTRAINT exchange_keys_conversation_id_fkey FOREIGN KEY (conversation_id) REFERENCES conversations (id) ON DELETE CASCADE
);
CREATE INDEX ix_exchange_keys_conversation_id ON exchange_keys (conversation_id);
COMMENT ON TABLE exchange_keys IS 'Which exchange of messages a request has led to, so that none is stored twice.';
COMMENT ON COLUMN exchange_keys.request_digest IS 'SHA-256, in hexadecimal digits.';

-- downgrade: postgresql
DROP TABLE exchange_keys;

-- upgrade: sqlite
CREATE TABLE exchange_keys (
    user_id INTEGER NOT NULL,
    idempotency_key VARCHAR(128) NOT NULL,
    request_digest VARCHAR(64) NOT NULL,
    conversation_id INTEGER NOT NULL,
    message_id INTEGER NOT NULL,
    reply_id INTEGER NOT NULL,
    created_at TIMESTAMP NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f000Z', 'now')),
    CONSTRAINT exchange_keys_pkey PRIMARY KEY (user_id, idempotency_key),
    CONSTRAINT exchange_keys_conversation_id_fkey FOREIGN KEY (conversation_id) REFERENCES conversations (id) ON DELETE CASCADE
);
CREATE INDEX ix_exchange_keys_conversation_id ON exchange_keys (conversation_id);

-- downgrade: sqlite
DROP TABLE exchange_keys;
