//! One file per page.

pub mod alert;
pub mod alerts;
pub mod fault;
pub mod sign_in;
pub mod unmatched;

use crate::visitor::Visitor;
use crate::web::STYLE;
use crate::words::Words;

/// What stands around every page.
pub struct Frame<'a> {
    /// The page's words.
    pub words: &'static Words,
    /// Who sees it; nobody before signing in.
    pub visitor: Option<&'a Visitor>,
    /// Which entry of the menu it is, as a path; empty for none.
    pub here: &'static str,
}

impl Frame<'_> {
    /// The style sheet.
    pub fn style(&self) -> &'static str {
        STYLE
    }

    /// The menu is there for a session: it leads to pages that need one.
    pub fn menu(&self) -> Option<&str> {
        self.visitor.map(Visitor::session).filter(|token| !token.is_empty())
    }
}
