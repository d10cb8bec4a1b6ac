//! The largest bodies that operations declare, in bytes, as `x-max-body`. Each leaves room for the longest
//! valid body in JSON with escapes. An operation without it reads up to `MAQAL_MAX_BODY`.

/// Of operations whose input is a few short fields.
pub const SMALL: usize = 16 << 10;

/// Of operations whose input is a comment, or a form or call of another site.
pub const TEXT: usize = 64 << 10;
