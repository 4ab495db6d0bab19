"""`make chaos`: the bot is killed again and again while eight people write at once, and afterwards each promise is looked at.

town.py who lives there · processes.py `nvg run`, killed and started · people.py who write · mischief.py what else goes wrong ·
promises.py what must be true in the end · storm.py all of it together.
"""
