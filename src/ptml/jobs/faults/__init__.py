"""What harm does to a run of scoring: kills, full disks, flipped bits, lost servers, rivals."""
