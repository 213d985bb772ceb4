"""From a recording's sound to findings: where somebody speaks, in which pieces, and what was said."""
