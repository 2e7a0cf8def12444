//! The product as a whole, over the real SDK clients and emulators on loopback. A test is a story: something arrives,
//! time passes, and somebody reads a mail, or rightly reads none.
#![expect(missing_docs, reason = "the tests' names say what they hold")]

mod protocol;
mod stories;
mod tidy;
