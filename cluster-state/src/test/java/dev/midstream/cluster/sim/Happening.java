package dev.midstream.cluster.sim;

/** What may happen in a schedule. A search in which one never happens has not looked there. */
enum Happening {
  /** A bucket was opened by a node that knew nothing of it. */
  BEGUN,
  /** A bucket was opened by an heir, whose owner is gone. */
  TAKEN_OVER,
  /** A bucket was opened by the taker of a planned move. */
  HANDED_OVER,
  /** A record was released. */
  RELEASED,
  /** A record was not released, because a node refused it: its table has a newer epoch. */
  REFUSED,
  /** A record waited, because a backup had only what it knew from an owner before. */
  WAITED,
  /** A backup got all that the owner knows. */
  COPIED,
  /** A backup could not read what the owner writes. */
  UNREAD,
  /** A backup kept what it knew from an owner that is gone. */
  HELD,
  /** Records were lost with all replicas that were complete. */
  LOST,
  /** Connections stayed at a node that handed their bucket over. */
  STAYED,
  /** A node was told to hand over what stays with it. */
  GIVEN,
  /** A node left as it was ordered. */
  DRAINED,
  /** A listener refused a node. */
  VETOED,
  /** A node that had buckets went on without a lease. */
  FENCED,
  /** A node stepped down, because others had removed it. */
  REMOVED,
  /** A node stepped down, because it met another cluster. */
  MERGED,
  /** A node stepped down, because the other one of two goes on. */
  OUTLIVED,
  /** A node stepped down, because too few are left to know what was agreed on. */
  DOUBTED,
  /** A node gave up while another one had accepted a table which may be agreed on or not. */
  UNDECIDED,
  /** A cluster was founded after another one. */
  FOUNDED_ANEW,
  /** Members that are no majority went on, because all others were gone. */
  LEAPT,
  /** Members went on that are a majority with their witness only. */
  WITNESSED,
  /** A node announced its neighbours. */
  ANNOUNCED
}
