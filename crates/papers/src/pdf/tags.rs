//! What a screen reader is told: which text is a heading, a label, a cell. Kept flat while sheets are filled, and made
//! into krilla's tree at the end.

use krilla::tagging::{ArtifactType, Identifier, Node, TagGroup, TagKind, TagTree};

/// A part of the paper that text belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Part(usize);

/// What a text on a sheet is to a reader.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Role {
    /// Of this part.
    Of(Part),
    /// Only for the eye: what is read out elsewhere already.
    Eye(ArtifactType),
}

/// The parts, each after the one that it is in.
#[derive(Default)]
pub(super) struct Tags {
    nodes: Vec<Tagged>,
}

struct Tagged {
    tag: TagKind,
    parent: Option<Part>,
    texts: Vec<Identifier>,
}

impl Tags {
    pub fn add(&mut self, parent: Option<Part>, tag: TagKind) -> Part {
        self.nodes.push(Tagged { tag, parent, texts: Vec::new() });
        Part(self.nodes.len() - 1)
    }

    pub fn text(&mut self, part: Part, text: Identifier) {
        if let Some(tagged) = self.nodes.get_mut(part.0) {
            tagged.texts.push(text);
        }
    }

    /// The tree, in the order in which the parts were added.
    pub fn tree(self, language: &str) -> TagTree {
        let mut inside: Vec<Vec<Node>> = self.nodes.iter().map(|_| Vec::new()).collect();
        let mut tree = TagTree::new().with_lang(Some(language.to_owned()));
        // From the last on, a part's own parts are complete when it is reached, and in reverse.
        for (index, tagged) in self.nodes.into_iter().enumerate().rev() {
            let mut children: Vec<Node> = tagged.texts.into_iter().map(Node::from).collect();
            children.extend(inside.get_mut(index).map(std::mem::take).into_iter().flatten().rev());
            if children.is_empty() {
                continue;
            }
            let group = Node::from(TagGroup::with_children(tagged.tag, children));
            match tagged.parent.and_then(|parent| inside.get_mut(parent.0)) {
                Some(siblings) => siblings.push(group),
                None => tree.children.push(group),
            }
        }
        tree.children.reverse();
        tree
    }
}
