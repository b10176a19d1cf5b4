-- The structure at head for sqlite, written by `schemist revision --autogenerate`.
-- It is there to be read and compared, and is not run.

CREATE TABLE conversations (
    id INTEGER NOT NULL CONSTRAINT conversations_pkey PRIMARY KEY,
    user_id INTEGER NOT NULL,
    title VARCHAR(100),
    created_at TIMESTAMP NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f000Z', 'now')),
    updated_at TIMESTAMP NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f000Z', 'now'))
);
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
CREATE TABLE messages (
    id INTEGER NOT NULL CONSTRAINT messages_pkey PRIMARY KEY,
    conversation_id INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    role VARCHAR(20) NOT NULL,
    content TEXT NOT NULL,
    timestamp TIMESTAMP NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f000Z', 'now')),
    metadata_json TEXT,
    created_at TIMESTAMP NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f000Z', 'now')),
    updated_at TIMESTAMP NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f000Z', 'now')),
    CONSTRAINT messages_content_check CHECK (length(content) BETWEEN 1 AND 10000),
    CONSTRAINT messages_role_check CHECK (role IN ('user', 'assistant', 'system', 'tool')),
    CONSTRAINT messages_conversation_id_fkey FOREIGN KEY (conversation_id) REFERENCES conversations (id) ON DELETE CASCADE
);
CREATE INDEX ix_conversations_user_id ON conversations (user_id);
CREATE INDEX ix_exchange_keys_conversation_id ON exchange_keys (conversation_id);
CREATE INDEX ix_messages_conversation_id ON messages (conversation_id);
CREATE INDEX ix_messages_timestamp ON messages (timestamp);
CREATE INDEX ix_messages_user_id ON messages (user_id);
