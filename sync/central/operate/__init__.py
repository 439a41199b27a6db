"""What somebody does with a centre as a whole: copy it, bring it back, look it through, give it new keys."""
