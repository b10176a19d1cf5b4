-- revision: 0001
-- message: notes

-- upgrade: any
CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT NOT NULL);

-- downgrade: any
DROP TABLE notes;
