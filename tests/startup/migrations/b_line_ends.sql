-- revision: b
-- revises: a
-- upgrade: any
INSERT INTO awkward
    VALUES ('CRLF, and no line end at the end');