-- Where a catalogue came from: the deploy does not replace one that somebody else has loaded.
ALTER TABLE open_load ADD COLUMN source text NOT NULL DEFAULT 'unknown';
ALTER TABLE catalogue_load ADD COLUMN source text NOT NULL DEFAULT 'unknown';
