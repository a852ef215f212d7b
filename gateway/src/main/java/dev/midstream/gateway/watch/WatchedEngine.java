package dev.midstream.gateway.watch;

/** An engine whose agents' calls are watched. Called on the watchdog's thread. */
public interface WatchedEngine {

  /** Continues on a thread of its own, because the thread of a call was left. */
  void continueWithout();

  /** Ends the program, because one more thread cannot be left; {@code why} is one clause. */
  void fail(String why);
}
