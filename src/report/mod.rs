//! Reports: edits written out for people and programs. Writes to any `Write` and decides nothing.
