package dev.midstream.wire.capture;

import dev.midstream.wire.packet.LinkType;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The interfaces of a file, numbered across all its sections. Each section numbers its own
 * interfaces from 0, so the number in a block and the number of a packet differ by the start of the
 * section.
 */
final class InterfaceTable {
  private CaptureInterface[] interfaces = new CaptureInterface[4];
  private int count;
  private int sectionStart;

  /** Starts a new section: its interfaces are numbered from 0 again. */
  void startSection() {
    sectionStart = count;
  }

  void add(CaptureInterface added) {
    if (count == interfaces.length) {
      interfaces = Arrays.copyOf(interfaces, 2 * count);
    }
    interfaces[count++] = added;
  }

  int count() {
    return count;
  }

  /** The number of the current section's first interface. */
  int sectionStart() {
    return sectionStart;
  }

  /** The interface with this number across the whole file. */
  CaptureInterface at(int interfaceId) {
    return interfaces[interfaceId];
  }

  /**
   * The number across the whole file of an interface of the current section; -1 if the section has
   * no such interface.
   */
  int ofSection(int sectionId) {
    return Integer.compareUnsigned(sectionId, count - sectionStart) < 0
        ? sectionStart + sectionId
        : -1;
  }

  /**
   * The interface to which a packet of {@code interfaceId} can be written: itself if it is of the
   * current section, else the section's first of the same link type; -1 if there is none.
   */
  int outputInterface(int interfaceId) {
    if (interfaceId >= sectionStart && interfaceId < count) {
      return interfaceId;
    }
    if (interfaceId < 0 || interfaceId >= count) {
      return -1;
    }
    int code = interfaces[interfaceId].linkTypeCode();
    for (int id = sectionStart; id < count; id++) {
      if (interfaces[id].linkTypeCode() == code) {
        return id;
      }
    }
    return -1;
  }

  /** The codes of all link types if there are interfaces and none is supported; else null. */
  @Nullable String unreadableCodes() {
    boolean readable =
        IntStream.range(0, count).anyMatch(id -> interfaces[id].linkType() != LinkType.OTHER);
    if (count == 0 || readable) {
      return null;
    }
    return IntStream.range(0, count)
        .map(id -> interfaces[id].linkTypeCode())
        .distinct()
        .limit(8)
        .mapToObj(Integer::toString)
        .collect(Collectors.joining(","));
  }
}
