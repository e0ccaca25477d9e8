"""The situation: what its sensors tell now, how sure that is, what comes, who has to know, and a run that starts from it."""
