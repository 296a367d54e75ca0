"""The lift model beside simpler rules and meta-learners, on organisations whose truth is known."""
