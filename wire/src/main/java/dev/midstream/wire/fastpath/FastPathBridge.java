package dev.midstream.wire.fastpath;

import dev.midstream.wire.bucket.FilterProgram;
import dev.midstream.wire.nativecall.Linux;
import dev.midstream.wire.packet.Leg;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The kernel's program between the two interfaces of a port, which one or more workers share. It
 * ends with the process, or, if it is pinned, forwards on by itself when the process gives no sign
 * of life. Thread-safe; each table belongs to the thread of its worker.
 */
public final class FastPathBridge implements AutoCloseable {
  /** A switch for tests: as if the kernel had no links of tcx. */
  private static final boolean WITHOUT_LINKS = Boolean.getBoolean("midstream.without-links");

  /** Directions that are looked at while a worker, and others at the lock, wait. */
  private static final int MOST_SWEPT = 1_024;

  private final Arena arena = Arena.ofShared(); // tables are used on the threads of workers
  private final Linux linux = new Linux(arena);
  private final @Nullable PinDirectory pins;
  private final FastPathProgram program;
  private final @Nullable PromiscuousMode promiscuous;
  private final Orphans orphans = new Orphans();
  private final Object tableLock = new Object();
  private final Leading leading = new Leading(tableLock);
  private final boolean keepsLocal;
  private @Nullable Orphans removed;
  private @Nullable EarlyPass early;
  private boolean passesEarly;
  private boolean hasLived;
  private boolean isJoined;
  private volatile int inside;
  private volatile int outside;

  private FastPathBridge(int entries) throws FastPathException {
    try {
      pins = null;
      promiscuous = null;
      keepsLocal = false;
      program = FastPathProgram.load(linux, entries, null);
    } catch (FastPathException e) {
      arena.close();
      throw e;
    }
  }

  private FastPathBridge(String inside, String outside, int entries, boolean keepsLocal)
      throws FastPathException {
    PinDirectory directory = null;
    PromiscuousMode mode = null;
    try {
      directory = PinDirectory.open(linux, inside, outside);
      mode = new PromiscuousMode(linux);
      program = FastPathProgram.load(linux, entries, directory.path());
    } catch (FastPathException e) {
      close(mode);
      close(directory);
      arena.close();
      throw e;
    }
    pins = directory;
    promiscuous = mode;
    this.keepsLocal = keepsLocal;
  }

  /**
   * Loads the program and attaches it to two interfaces.
   *
   * @param entries the most directions of connections in the table, from 2 on
   */
  public static FastPathBridge open(String inside, String outside, int entries)
      throws FastPathException {
    return new FastPathBridge(entries).joined(inside, outside);
  }

  /**
   * Loads the program, pins it, and attaches it to two interfaces, in place of the one of a dead
   * process if there is one, whatever the interfaces were called then. Pins between one of them and
   * another interface are removed. Both interfaces become promiscuous.
   *
   * @param entries the most directions of connections in the table, from 2 on
   * @param keepsLocal whether frames for the other end of a link only are not forwarded
   * @throws FastPathException also if another node has the same pins, or there is no place for them
   */
  public static FastPathBridge openPinned(
      String inside, String outside, int entries, boolean keepsLocal) throws FastPathException {
    return new FastPathBridge(inside, outside, entries, keepsLocal).joined(inside, outside);
  }

  /**
   * Removes the pins that dead processes have left on two interfaces, if there are some: their
   * program would forward what the caller does not. Their edited connections are reset.
   *
   * @return what became of their connections; null if there were no pins
   */
  public static @Nullable Orphans removePinned(String inside, String outside)
      throws FastPathException {
    return PinRemoval.removeAll(inside, outside);
  }

  private FastPathBridge joined(String insideName, String outsideName) throws FastPathException {
    try {
      Legs legs = Legs.named(linux, insideName, outsideName);
      if (pins != null) {
        removed = PinRemoval.removeOthers(linux, legs, pins.path());
      }
      join(legs.inside(), legs.outside());
      return this;
    } catch (FastPathException e) {
      giveUp();
      throw e;
    }
  }

  /**
   * Attaches the program to the interfaces with these indexes, which are not 0, in place of others
   * if they differ. Each {@link #sweep} leads some of the adopted entries, and guards, to them;
   * what the others let pass is dropped until then. An engine has to take back its own entries when
   * it learns of it.
   */
  public synchronized void join(int newInside, int newOutside) throws FastPathException {
    boolean isNew = !isJoined || inside != newInside || outside != newOutside || !isAttached();
    boolean isFirst = inside == 0;
    isJoined = false; // what fails on the way is made up for by the next one
    Set<Integer> noted = isNew ? program.promiscuousInterfaces() : Set.of();
    if (isNew) {
      passEarly(false);
    }
    attachOnly(List.of(newInside, newOutside));
    inside = newInside;
    outside = newOutside;
    program.removeOtherLinks();
    program.values().removeOtherLegs(List.of(newInside, newOutside));
    PromiscuousMode mode = promiscuous;
    if (isNew && mode != null) {
      leading.follow(new Legs(newInside, newOutside), adoption().walks(tableLock));
      if (isFirst && program.hasFoundPins() && !program.hasTakenOver()) {
        program.stamp(System.nanoTime(), 0); // nothing passes with wrong numbers before it lives
        program.clear(); // of interfaces that are gone
      }
      setLeg(mode, newInside, newOutside, noted);
      setLeg(mode, newOutside, newInside, noted);
    }
    isJoined = true;
  }

  private boolean isAttached() {
    return program.isAttached(inside) && program.isAttached(outside);
  }

  /** Those that have changed their sides only stay attached. */
  private void attachOnly(List<Integer> indexes) throws FastPathException {
    for (int each : List.of(inside, outside)) {
      if (each != 0 && !indexes.contains(each)) {
        program.detach(each);
        program.values().removeLeg(each);
      }
    }
    for (int each : indexes) {
      if (!program.isAttached(each)) {
        program.detach(each); // of one that had this index
        attach(each);
      }
    }
  }

  /** A filter of clsact, for want of links, ends with the process, and has nothing pinned. */
  private void attach(int index) throws FastPathException {
    boolean isAttached = !WITHOUT_LINKS && program.attachLasting(index);
    if (!isAttached && pins != null) {
      throw new FastPathException("the kernel has no links of tcx (Linux 6.6 has)");
    }
    if (!isAttached) {
      program.attachFilter(index);
    }
  }

  /**
   * The sockets of a process that died do not keep an interface promiscuous. That it becomes so is
   * noted first: a process that dies between both leaves no interface of which it is not known.
   */
  private void setLeg(PromiscuousMode mode, int index, int other, Set<Integer> noted)
      throws FastPathException {
    boolean isOwn = noted.contains(index) || !mode.isOn(index);
    program.values().setLeg(index, other, keepsLocal, isOwn);
    mode.begin(index);
  }

  /** Sets, once, what {@link #passEarly} lets pass; without it nothing passes early. */
  public synchronized void setEarly(EarlyPass pass) throws FastPathException {
    program.values().setNamed(pass);
    early = pass;
  }

  /** Begins or ends to forward early between the two interfaces. */
  public synchronized void passEarly(boolean isOn) throws FastPathException {
    EarlyPass pass = early;
    if (pass != null && isOn != passesEarly) {
      passesEarly = isOn;
      if (isOn) {
        program.values().setWay(inside, outside, pass.hasTcp());
        program.values().setWay(outside, inside, pass.hasTcp());
      } else {
        program.values().removeWay(inside);
        program.values().removeWay(outside);
      }
    }
  }

  /**
   * The descriptor of a program for the sockets of a worker, see {@link
   * FastPathProgram#slowFrames}; open as long as this bridge.
   */
  public synchronized int slowFrames(@Nullable FilterProgram share) throws FastPathException {
    return program.slowFrames(share);
  }

  /** A table for one worker. Its clock is 0 when System.nanoTime() tells {@code zeroNanos}. */
  public synchronized FastPathTable table(long zeroNanos) {
    FastPathTable flows = program.flows(new Linux(arena), this::interfaceOf, zeroNanos);
    return pins == null ? flows : new LockedTable(flows, tableLock, _ -> {});
  }

  /** The guards of edited connections, for one worker; null if nothing is pinned. */
  public synchronized @Nullable FastPathTable guards(long zeroNanos) {
    return pins == null
        ? null
        : new LockedTable(
            program.guards(new Linux(arena), this::interfaceOf, zeroNanos),
            tableLock,
            leading::lead);
  }

  private int interfaceOf(Leg leg) {
    return leg == Leg.INSIDE ? inside : outside;
  }

  /** Whether it has replaced the program of a dead process. */
  public boolean hasTakenOver() {
    return program.hasTakenOver();
  }

  /**
   * Whether a dead process of another version has left entries, which this one cannot read: their
   * connections are forgotten.
   */
  public boolean hasForgotten() {
    return program.hasForgotten();
  }

  /**
   * What became of the edited connections of dead processes between another pair of interfaces, one
   * of which is this one's now: their pins were removed. Null if there were none.
   */
  public @Nullable Orphans removed() {
    return removed;
  }

  /** Edited connections without an engine. */
  public Orphans orphans() {
    return orphans;
  }

  /**
   * Goes through all entries and guards, whose engines are dead or have forgotten their
   * connections: settled edited connections are adopted, others in the middle of an edit are lost.
   * No engine may use the tables meanwhile.
   *
   * @param nowNanos now, as System.nanoTime() tells it
   */
  public synchronized void adopt(long nowNanos) {
    adoption().adopt(nowNanos);
  }

  private Adoption adoption() {
    return program.adoption(orphans, leading.moves());
  }

  /** Whether {@link #sweep} has something to lead to interfaces that came back. */
  public synchronized boolean isLeading() {
    return leading.isOn();
  }

  /**
   * Leads what led to interfaces that came back, then ends the adoption of connections that are
   * over, or silent for so long. Goes through a part of them, so that nothing waits long for it;
   * the next call goes on.
   *
   * @param nowNanos now, as System.nanoTime() tells it
   * @return whether some are left for the next call
   */
  public synchronized boolean sweep(long nowNanos, long silentNanos) {
    return leading.lead(MOST_SWEPT)
        || adoption().sweep(nowNanos, silentNanos, MOST_SWEPT, tableLock);
  }

  /** Notes that the process lives, as {@link FastPathProgram#stamp}. */
  public synchronized void stamp(long nanos, long limitNanos) throws FastPathException {
    program.stamp(nanos, limitNanos);
    hasLived = true;
  }

  /** What the program did since it was loaded; with pins, since the first process loaded it. */
  public synchronized FastPathCounts counts() throws FastPathException {
    return program.counts();
  }

  /**
   * Ends the use of the program as the death of the process does: what is pinned stays, and
   * forwards on. No table may be used afterwards.
   */
  public synchronized void leave() {
    program.leave();
    close(promiscuous);
    close(pins);
    arena.close();
  }

  /**
   * Ends the use of the program after a failure. If a dead process has left pins, and this one has
   * given no sign of life, they stay: the kernel goes on with what it was left, and the next
   * process adopts it. Otherwise the same as {@link #close}.
   */
  public synchronized void giveUp() {
    if (pins != null && program.hasFoundPins() && !hasLived) {
      leave();
    } else {
      close();
    }
  }

  /**
   * Detaches the program and removes its pins. Adopted connections are reset: nothing maps their
   * numbers any more. So are those that are left by a dead process, if this one has given no sign
   * of life. No table may be used afterwards.
   */
  @Override
  public synchronized void close() {
    try {
      if (pins != null) {
        shut();
        resetAll();
      }
    } finally {
      end();
    }
  }

  private void resetAll() {
    if (!hasLived) {
      adopt(System.nanoTime());
    }
    long endNanos = System.nanoTime() + PinRemoval.RESET_NANOS;
    orphans.setNotReset(adoption().resetAll(endNanos));
  }

  private void end() {
    PromiscuousMode mode = promiscuous;
    try {
      for (int index : new int[] {inside, outside}) {
        if (mode != null && program.values().isPromiscuous(index)) {
          mode.end(index);
        }
      }
      program.close();
    } finally {
      close(mode);
      close(pins);
      arena.close();
    }
  }

  /** Lets the kernel forward only what has an entry, however long this process is silent now. */
  private void shut() {
    try {
      passEarly(false);
      program.stamp(System.nanoTime(), 0);
    } catch (FastPathException _) {
      return; // what is open still ends with the program
    }
  }

  private static void close(@Nullable PromiscuousMode mode) {
    if (mode != null) {
      mode.close();
    }
  }

  private static void close(@Nullable PinDirectory directory) {
    if (directory != null) {
      directory.close();
    }
  }
}
