-- Kinds of which there are few, and no figures: a report finds them without going through every record of the country.

CREATE INDEX records_by_kind ON records (kind, region);
