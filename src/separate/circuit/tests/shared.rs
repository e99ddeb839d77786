//! Loops that sections share.
