//! What operators, comparisons and tests do: methods of their operands run.

use super::{Collector, OPERATORS};
use crate::facts::effects::{Callee, Kind, Mode};
use crate::facts::tables;
use crate::facts::types::{Ty, Types};
use crate::syntax::{Expr, NodeId, Operator, Ranged, TextRange, ast};

impl<'a, 'r> Collector<'a, 'r> {
    /// A test: evaluates and asks for the truth value.
    pub(super) fn truth(&mut self, expr: &Expr) {
        self.expr(expr);
        match expr {
            Expr::BoolOp(_) | Expr::Compare(_) => {}
            Expr::UnaryOp(u) if u.op == ast::UnaryOp::Not => {}
            _ => self.truth_value(expr),
        }
    }

    pub(super) fn truth_value(&mut self, expr: &Expr) {
        match self.types.of(expr) {
            Ty::Known(..) | Ty::Class(_) | Ty::Function(_) | Ty::Module(_) => {}
            Ty::Instance(class) => {
                self.special(class, &["__bool__", "__len__"], expr.range());
            }
            _ => self.effects.by_operators = true,
        }
        // A container is true as long as it holds something.
        if !self.types.of(expr).is_immutable() {
            self.effects.objects_read.extend(self.object(expr));
        }
    }

    pub(super) fn special(&mut self, class: NodeId, names: &'static [&'static str], at: TextRange) {
        self.call_site(Callee::Special { class, names }, at, Mode::Call);
    }

    /// An operator on these operands: conventional, may raise.
    pub(super) fn operator(&mut self, left: &Expr, right: Option<&Expr>, at: TextRange, may_raise: bool) {
        for operand in std::iter::once(left).chain(right) {
            match self.types.of(operand) {
                Ty::Instance(class) => self.special(class, OPERATORS, at),
                Ty::Known(..) => {}
                _ => self.effects.by_operators = true,
            }
        }
        if may_raise {
            self.note(Kind::MayRaise, at, "an operator may raise");
        }
    }

    pub(super) fn hashed(&mut self, expr: &Expr) {
        match self.types.of(expr) {
            ty if ty.is_immutable() => {}
            Ty::Instance(class) => {
                self.special(class, &["__hash__", "__eq__"], expr.range());
                self.note(Kind::MayRaise, expr.range(), "hashing may raise");
            }
            _ => {
                self.effects.by_operators = true;
                self.note(Kind::MayRaise, expr.range(), "hashing may raise");
            }
        }
    }

    pub(super) fn compare(&mut self, c: &ast::ExprCompare) {
        self.expr(&c.left);
        let mut left: &Expr = &c.left;
        for (op, right) in c.ops.iter().zip(&c.comparators) {
            self.expr(right);
            match op {
                ast::CmpOp::Is | ast::CmpOp::IsNot => {}
                ast::CmpOp::In | ast::CmpOp::NotIn => {
                    let ty = self.types.of(right);
                    self.effects.objects_read.extend(self.object(right));
                    self.effects.objects_iterated.extend(self.object(right));
                    match ty {
                        Ty::Known("str" | "bytes", _) => {
                            let same = self.types.of(left) == ty;
                            self.operator(left, None, c.range(), !same);
                        }
                        Ty::Known(name, _) if tables::CONTAINERS.contains(&name) => {
                            // Hashing or comparing the element.
                            let simple = self.types.of(left).is_immutable();
                            self.operator(left, None, c.range(), !simple);
                        }
                        Ty::Known(
                            "file" | "generator" | "iterator" | "map" | "filter" | "zip" | "enumerate"
                            | "itertools",
                            _,
                        ) => {
                            self.note(
                                Kind::SharedIteration,
                                c.range(),
                                format!("`in` advances `{}`", self.source(right)),
                            );
                        }
                        _ => self.operator(left, Some(right), c.range(), true),
                    }
                }
                ast::CmpOp::Eq | ast::CmpOp::NotEq => {
                    let builtin = |t: Ty| {
                        t.all(&|t| matches!(t, Ty::Known(n, _) if matches!(*n, "str" | "bytes" | "int" | "float" | "bool" | "None" | "complex")))
                    };
                    let both_plain = builtin(self.types.of(left)) && builtin(self.types.of(right));
                    self.operator(left, Some(right), c.range(), !both_plain);
                }
                _ => {
                    let (l, r) = (self.types.of(left), self.types.of(right));
                    let ordered = (l.is_number() && r.is_number()) || (l.is(&["str"]) && r.is(&["str"]));
                    self.operator(left, Some(right), c.range(), !ordered);
                }
            }
            left = right;
        }
    }
}

/// Operators that cannot raise on these operands.
pub(super) fn total_operator(types: &Types, b: &ast::ExprBinOp) -> bool {
    let (left, right) = (types.of(&b.left), types.of(&b.right));
    let nonzero = |e: &Expr| match e {
        Expr::NumberLiteral(n) => match &n.value {
            ast::Number::Int(i) => i.as_u64() != Some(0),
            ast::Number::Float(f) => *f != 0.0,
            ast::Number::Complex { .. } => false,
        },
        _ => false,
    };
    match b.op {
        Operator::Add | Operator::Sub | Operator::Mult => {
            // Huge integers against floats overflow; integers among themselves do not.
            (left.is(&["int", "bool"]) && right.is(&["int", "bool"]))
                || (left.is(&["float"]) && right.is(&["float"]))
                || (b.op == Operator::Add && left.is(&["str"]) && right.is(&["str"]))
        }
        Operator::Mod | Operator::FloorDiv | Operator::Div => {
            left.is(&["int", "bool"]) && right.is(&["int"]) && nonzero(&b.right) && b.op != Operator::Div
        }
        Operator::BitAnd | Operator::BitOr | Operator::BitXor => {
            left.is(&["int", "bool"]) && right.is(&["int", "bool"])
        }
        _ => false,
    }
}
