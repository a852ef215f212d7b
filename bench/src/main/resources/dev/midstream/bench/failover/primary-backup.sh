#!/bin/sh
# What keepalived does with conntrackd: the steps of the example of conntrackd with the same name.
do_it() { /usr/sbin/conntrackd -C @DIRECTORY@/conntrackd.conf "$@" >>@DIRECTORY@/notify.log 2>&1; }
case $1 in
  primary) do_it -c && do_it -f && do_it -R && do_it -B ;;
  backup) do_it -t && do_it -n ;;
  fault) do_it -t ;;
esac
