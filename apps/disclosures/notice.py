"""The words that go with every record that leaves (42 CFR 2.32), word for word."""

VERSION = "2024"
# The short statement of § 2.32(a)(2). Never translated and never paraphrased: the rule asks
# for these words.
NOTICE = "42 CFR part 2 prohibits unauthorized use or disclosure of these records."
