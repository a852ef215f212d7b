package dev.midstream.modcmd.agent;

/** What a search keeps with a view: results and scratch memory. */
public interface ViewScratch {

  /** Discards the results, because the view shows other octets. */
  void clear();
}
