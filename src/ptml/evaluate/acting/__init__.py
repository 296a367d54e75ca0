"""Whether flagging helps: the trial of a randomised hold-out of flags."""
