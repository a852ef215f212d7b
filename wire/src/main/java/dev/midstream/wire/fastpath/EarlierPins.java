package dev.midstream.wire.fastpath;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.midstream.wire.nativecall.BpfRequest;
import dev.midstream.wire.nativecall.Linux;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Directories of pins that earlier programs have left on two interfaces, whatever these were called
 * then, and whichever of them was a pair.
 */
public final class EarlierPins {
  /*
   * Programs of an interface have their turn in the order in which they were attached, and the first
   * one that decides a frame is the last one that sees it. That of a dead process decides each frame.
   * A link stays on its interface when that gets another name, or goes to another network name space.
   */
  private final Linux linux;
  private final Legs legs;

  /** Those on {@code legs}, which are in the thread's network name space if they are known. */
  EarlierPins(Linux linux, Legs legs) {
    this.linux = linux;
    this.legs = legs;
  }

  /**
   * One of the same network name space that is on both interfaces, {@code own} before others; null
   * if there is none.
   */
  @Nullable Path onBoth(Path own) throws FastPathException {
    if (areOnBoth(own)) {
      return own;
    }
    for (Path each : PinFolder.OWN.all()) {
      if (PinDirectory.isOfNetwork(each) && areOnBoth(each)) {
        return each;
      }
    }
    return null;
  }

  private boolean areOnBoth(Path pins) {
    return LinkPins.areOn(linux, pins, legs.inside())
        && LinkPins.areOn(linux, pins, legs.outside());
  }

  /**
   * Whether they are on other interfaces of the thread's network name space only, and both of these
   * are there.
   */
  boolean areOnOthers(Path pins) {
    return legs.areKnown() && isOnOthers(linux, pins, legs);
  }

  /** Whether they are on one of the interfaces for sure: then its frames pass by them. */
  boolean areOnOne(Path pins) {
    return LinkPins.areOn(linux, pins, legs.inside())
        || LinkPins.areOn(linux, pins, legs.outside());
  }

  /** Those but {@code own}, if it is not null, that are on one of the interfaces. */
  List<Path> others(@Nullable Path own) throws FastPathException {
    List<Path> others = new ArrayList<>();
    for (Path each : PinFolder.OWN.all()) {
      if (!each.equals(own) && (isOn(each, legs.inside()) || isOn(each, legs.outside()))) {
        others.add(each);
      }
    }
    return others;
  }

  /** Without an answer of the kernel the names of pins tell of it. */
  private boolean isOn(Path pins, int index) throws FastPathException {
    if (index == 0) {
      return false;
    }
    return LinkPins.areOn(linux, pins, index)
        || (PinDirectory.isOfNetwork(pins) && LinkPins.mayBeOn(linux, pins, index));
  }

  /**
   * The directories of pins by which the kernel forwards all frames now between other interfaces of
   * the thread's network name space than the two with these names.
   */
  public static List<Path> openElsewhere(String inside, String outside) throws FastPathException {
    try (Arena arena = Arena.ofConfined()) {
      Linux linux = new Linux(arena);
      Legs legs = Legs.found(linux, inside, outside);
      List<Path> found = new ArrayList<>();
      for (Path each : PinFolder.OWN.all()) {
        if (PinDirectory.isOfNetwork(each)
            && isSilent(linux, each)
            && isOnOthers(linux, each, legs)) {
          found.add(each);
        }
      }
      return found;
    }
  }

  /** The name of a link does not tell where it is: its interface may have got another index. */
  private static boolean isOnOthers(Linux linux, Path pins, Legs legs) {
    return !LinkPins.areOn(linux, pins, legs.inside())
        && !LinkPins.areOn(linux, pins, legs.outside())
        && LinkPins.indexes(pins).stream().anyMatch(index -> LinkPins.areOn(linux, pins, index));
  }

  /** Whether a process has pinned that which has given no sign of life for too long. */
  private static boolean isSilent(Linux linux, Path pins) {
    BpfRequest request = new BpfRequest(linux);
    int map = request.open(pins.resolve(ProgramValues.OWNERS).toString());
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment owner = arena.allocate(JAVA_LONG, 2);
      boolean isFound =
          request.valueBytesOf(map) == owner.byteSize() // another build may have longer ones
              && request.find(map, arena.allocateFrom(JAVA_INT, 0), owner) >= 0;
      long limitNanos = owner.getAtIndex(JAVA_LONG, 1);
      long silentNanos = System.nanoTime() - owner.getAtIndex(JAVA_LONG, 0);
      return isFound && limitNanos != 0 && silentNanos > limitNanos;
    } finally {
      int ignored = linux.close(map);
    }
  }
}
