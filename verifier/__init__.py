"""Floor 3: is it true?"""
