package dev.midstream.modcmd.call;

/** Results and scratch memory of a search, kept with a view. */
public interface ViewScratch {

  /** Discards the results because the view shows other octets. */
  void clear();
}
