package dev.midstream.reassembly.store;

import org.jspecify.annotations.Nullable;

/**
 * What one direction of a connection keeps, within the {@link MemoryBudget} of all. While it is
 * open, its part of the reserve finds room for the next octets in order.
 */
public final class MemoryAccount {
  /** A store that can throw octets away. */
  interface Giver {
    /** Throws away what takes at least {@code bytes}, or all that it can. */
    void giveWay(long bytes);
  }

  private final MemoryBudget budget;
  private long usedBytes;
  private long givableBytes;
  private long reportedBytes;
  private @Nullable Giver giver;
  private @Nullable MemoryAccount previousGiver;
  private @Nullable MemoryAccount nextGiver;

  /** The neighbours among the accounts of the budget that are open or charged. */
  private @Nullable MemoryAccount previous;

  private @Nullable MemoryAccount next;
  private boolean open = true;

  /** Opens an account of {@code budget}. */
  MemoryAccount(MemoryBudget budget) {
    this.budget = budget;
    budget.add(this);
    budget.reserve(1);
  }

  MemoryBudget budget() {
    return budget;
  }

  /** Whether {@code bytes} more may be kept that are not next in order. */
  public boolean hasRoomFor(long bytes) {
    return budget.hasRoomFor(bytes);
  }

  /**
   * Whether there is room for {@code bytes} more to which nothing gives way; under pressure only
   * within the stream's share.
   */
  boolean hasShareFor(long bytes) {
    return hasRoomFor(bytes) && budget.kept().mayKeep(keptBytes(), bytes);
  }

  /**
   * Makes room for octets next in order: what others could throw away gives way. Under pressure
   * there is only room within the stream's share.
   */
  public boolean makeRoomForNext(long bytes) {
    return budget.kept().mayKeep(keptBytes(), bytes) && budget.makeRoomFor(bytes, 0);
  }

  /** How many octets next in order find room. */
  public long roomForNext() {
    return budget.kept().roomOf(keptBytes());
  }

  /** Makes room for octets that can be thrown away: accounts give way that have more of them. */
  boolean makeRoomAfterGap(long bytes) {
    return budget.makeRoomFor(bytes, givableBytes + bytes);
  }

  /** How much the stream may keep while memory is under pressure. */
  public long shareBytes() {
    return budget.kept().shareOf(keptBytes());
  }

  /** Whether memory is under pressure and the stream keeps more than its share. */
  public boolean isOverShare() {
    return budget.isUnderPressure() && keptBytes() > shareBytes();
  }

  /** Charges octets, even beyond the limit if they are next in order; negative for a refund. */
  public void charge(long bytes) {
    long kept = keptBytes();
    boolean wasListed = isListed();
    usedBytes += bytes;
    budget.kept().change(kept, kept + bytes);
    budget.note(bytes);
    list(wasListed);
  }

  /**
   * Charges memory that is allocated for more octets; negative for a refund. All streams have less
   * room for it, but it does not count against the share of this one.
   */
  void chargeSpare(long bytes) {
    budget.charge(bytes);
  }

  /** Octets charged now. */
  public long usedBytes() {
    return usedBytes;
  }

  /** What cannot be thrown away. */
  public long keptBytes() {
    return usedBytes - givableBytes;
  }

  /** Cancels the reserve, when the connection is over; what is charged stays charged. */
  public void close() {
    if (open) {
      open = false;
      budget.reserve(-1);
      list(true);
    }
  }

  /** Gives back everything. The account must not be used any more. */
  void abandon() {
    offer(0);
    report(0);
    charge(-usedBytes);
    close();
  }

  private boolean isListed() {
    return open || usedBytes != 0;
  }

  private void list(boolean wasListed) {
    if (wasListed && !isListed()) {
      budget.remove(this);
    } else if (!wasListed && isListed()) {
      budget.add(this);
    }
  }

  /** Of what is charged, {@code giver} could throw {@code bytes} away. */
  void offer(Giver giver, long bytes) {
    if (bytes != givableBytes) {
      this.giver = giver;
      offer(bytes);
    }
  }

  private void offer(long bytes) {
    long kept = keptBytes();
    budget.changeGivable(this, givableBytes, bytes);
    givableBytes = bytes;
    budget.kept().change(kept, keptBytes());
  }

  /** Whether {@code bytes} more may be reported by SACK. */
  boolean mayReport(long bytes) {
    boolean may =
        budget.reported().mayKeep(reportedBytes, bytes)
            && budget.kept().mayKeep(keptBytes(), bytes);
    return may || bytes == 0;
  }

  /** Of what is charged, {@code bytes} are reported by SACK. */
  void report(long bytes) {
    budget.reported().change(reportedBytes, bytes);
    reportedBytes = bytes;
  }

  /**
   * Throws away what takes at least {@code bytes}, or all that can be; returns whether it was any.
   * A store that gives nothing is not asked again before its offer changes.
   */
  boolean giveWay(long bytes) {
    long before = usedBytes;
    if (giver != null) {
      giver.giveWay(bytes);
    }
    boolean given = usedBytes < before;
    if (!given) {
      offer(0);
    }
    return given;
  }

  @Nullable MemoryAccount previousGiver() {
    return previousGiver;
  }

  @Nullable MemoryAccount nextGiver() {
    return nextGiver;
  }

  /** Sets the neighbours in a list of {@link Givers}. */
  void link(@Nullable MemoryAccount previous, @Nullable MemoryAccount next) {
    previousGiver = previous;
    nextGiver = next;
  }

  @Nullable MemoryAccount previous() {
    return previous;
  }

  void setPrevious(@Nullable MemoryAccount account) {
    previous = account;
  }

  @Nullable MemoryAccount next() {
    return next;
  }

  void setNext(@Nullable MemoryAccount account) {
    next = account;
  }
}
