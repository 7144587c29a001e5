//! What an account spent, by day and by what: sums over its history, kept up to date as they are asked for.
