-- Ops that came under an id that stood for another one: for ever, since what their device saw under that id is theirs.

CREATE INDEX quarantine_reused ON quarantine (region, record) WHERE reason = 'id_reused';
