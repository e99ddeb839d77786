//! The record: what has been claimed about a find, and what the data say.
