#!/bin/sh
# Whether HAProxy listens.
ss -Hltn sport = :7000 | grep -q .
