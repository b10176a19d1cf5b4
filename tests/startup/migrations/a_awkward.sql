-- revision: a
-- message: bytes that are awkward: "quotes" \ ; [brackets] ${VARIABLE} @AT@ )" ü 漢字 ??/

-- upgrade: any
CREATE TABLE awkward (t text);
INSERT INTO awkward VALUES ('a;b\n"[x]" ${HOME} ü');
