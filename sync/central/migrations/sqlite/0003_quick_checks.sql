-- The same closed lists as comparisons: for a list of more than two values SQLite builds a table anew for each row, a
-- sixth of the time that an op takes to be written. Only the text of constraints changes, no row
-- (https://www.sqlite.org/lang_altertable.html#otheralter).

PRAGMA writable_schema = ON;

UPDATE sqlite_schema SET sql = replace(
    sql,
    'status IN (''applied'', ''agreed'', ''conflict'', ''quarantined'', ''rejected'')',
    'status = ''applied'' OR status = ''agreed'' OR status = ''conflict'' OR status = ''quarantined'' OR status = ''rejected'''
) WHERE name = 'ops';

UPDATE sqlite_schema SET sql = replace(
    sql,
    'route IN (''network'', ''bundle'', ''central'')',
    'route = ''network'' OR route = ''bundle'' OR route = ''central'''
) WHERE name = 'batches';

UPDATE sqlite_schema SET sql = replace(
    sql,
    'state IN (''open'', ''closed'', ''superseded'')',
    'state = ''open'' OR state = ''closed'' OR state = ''superseded'''
) WHERE name = 'conflicts';

UPDATE sqlite_schema SET sql = replace(
    sql,
    'state IN (''waiting'', ''released'', ''rejected'')',
    'state = ''waiting'' OR state = ''released'' OR state = ''rejected'''
) WHERE name = 'quarantine';

PRAGMA writable_schema = RESET;
