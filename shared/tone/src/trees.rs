//! Small trees over what a message's columns say together: each asks three questions and adds what its leaf holds.

/// Questions from the root to a leaf.
pub const DEPTH: usize = 3;
/// Questions of a tree.
pub const SPLITS: usize = (1 << DEPTH) - 1;
/// Leaves of a tree.
pub const LEAVES: usize = 1 << DEPTH;

/// One tree. The question at `at` sends those below its bound to the question at `2 * at + 1`, the others to the next.
#[derive(Clone, Debug, PartialEq)]
pub struct Tree {
    /// Which sign is asked, and from where on the answer is yes.
    pub splits: [(u8, f32); SPLITS],
    /// What is added, from all answers no to all answers yes.
    pub leaves: [f32; LEAVES],
}

impl Tree {
    /// What the tree adds for these signs.
    pub fn value(&self, signs: &[f32]) -> f32 {
        let mut at = 0;
        for _ in 0..DEPTH {
            let Some((sign, bound)) = self.splits.get(at) else { return 0.0 };
            let yes = signs.get(usize::from(*sign)).is_some_and(|value| value >= bound);
            at = 2 * at + 1 + usize::from(yes);
        }
        self.leaves.get(at - SPLITS).copied().unwrap_or(0.0)
    }
}
