package dev.midstream.wire.fastpath;

import dev.midstream.wire.nativecall.Linux;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Removes what dead processes have left pinned. Their edited connections are reset, since nothing
 * maps their numbers any more. Several nodes may find the same pins at their starts: one looks and
 * removes after the other.
 */
final class PinRemoval {
  /** So long ends are asked, before answers are awaited. */
  static final long RESET_NANOS = 500_000_000;

  private final Linux linux;
  private int removed;
  private int notReset;

  private PinRemoval(Linux linux) {
    this.linux = linux;
  }

  /**
   * Removes all pins that are on one of two interfaces, or were between interfaces with these names
   * that are gone; in the latter case both have to be there.
   *
   * @return what became of the connections; null if there were no pins
   */
  static @Nullable Orphans removeAll(String inside, String outside) throws FastPathException {
    try (Arena arena = Arena.ofConfined()) {
      Linux linux = new Linux(arena);
      try (PinFolder.Hold _ = PinFolder.OWN.lockIfThere(linux)) {
        return removeAll(linux, inside, outside);
      }
    }
  }

  private static @Nullable Orphans removeAll(Linux linux, String inside, String outside)
      throws FastPathException {
    PinRemoval removal = new PinRemoval(linux);
    Path own = PinDirectory.named(inside, outside);
    Legs found = Legs.found(linux, inside, outside);
    boolean isOwn =
        PinDirectory.mayHavePins(own) && !new EarlierPins(linux, found).areOnOthers(own);
    if (isOwn) {
      Legs legs = Legs.named(linux, inside, outside); // before anything changes
      removal.remove(own, LegMoves.to(legs));
    }
    removal.removeOthers(found, isOwn ? own : null);
    return removal.orphans();
  }

  /**
   * Removes pins in other directories than {@code own} that are on one of the interfaces.
   *
   * @return what became of the connections; null if there were no such pins
   */
  static @Nullable Orphans removeOthers(Linux linux, Legs legs, Path own) throws FastPathException {
    try (PinFolder.Hold _ = PinFolder.OWN.lock(linux)) {
      PinRemoval removal = new PinRemoval(linux);
      removal.removeOthers(legs, own);
      return removal.orphans();
    }
  }

  private void removeOthers(Legs legs, @Nullable Path own) throws FastPathException {
    EarlierPins earlier = new EarlierPins(linux, legs);
    for (Path each : earlier.others(own)) {
      // a node that lives may have lost the interface that had this index
      if (earlier.areOnOne(each) || !PinDirectory.isHeld(linux, each)) {
        remove(each, LegMoves.UNKNOWN);
      }
    }
  }

  /** A node that ends may have removed them. */
  private void remove(Path path, LegMoves moves) throws FastPathException {
    PinDirectory found = PinDirectory.openIfThere(linux, path);
    if (found != null) {
      remove(found, moves);
    }
  }

  /** What was noted of connections in another network name space says nothing here. */
  private void remove(PinDirectory found, LegMoves moves) throws FastPathException {
    Path path = found.path();
    try (PinDirectory directory = found;
        PromiscuousMode mode = new PromiscuousMode(linux);
        FastPathProgram program = FastPathProgram.load(linux, 2, directory.path())) {
      program.stamp(System.nanoTime(), 0);
      if (PinDirectory.isOfNetwork(path)) {
        resetAll(program.adoption(new Orphans(), moves));
      }
      program.promiscuousInterfaces().forEach(mode::end);
      removed++;
    }
  }

  private void resetAll(Adoption adoption) {
    long nowNanos = System.nanoTime();
    adoption.adopt(nowNanos);
    notReset += adoption.resetAll(nowNanos + RESET_NANOS);
  }

  private @Nullable Orphans orphans() {
    if (removed == 0) {
      return null;
    }
    Orphans orphans = new Orphans();
    orphans.setNotReset(notReset);
    return orphans;
  }
}
