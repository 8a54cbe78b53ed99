//! Files: which ones, what format, and how they are replaced whole or not at all. The only I/O of the library.
