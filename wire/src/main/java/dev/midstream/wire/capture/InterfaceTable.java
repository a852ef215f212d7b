package dev.midstream.wire.capture;

import dev.midstream.wire.packet.LinkType;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The interfaces of a file, numbered through all its sections. Sections number theirs from 0 again,
 * so what a block says and what a packet carries differ by the start of the section.
 */
final class InterfaceTable {
  private CaptureInterface[] interfaces = new CaptureInterface[4];
  private int count;
  private int sectionStart;

  /** Forgets the numbers, not the interfaces, of the sections before. */
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

  /** Number of the current section's first interface. */
  int sectionStart() {
    return sectionStart;
  }

  /** The interface of a number counted over the whole file. */
  CaptureInterface at(int interfaceId) {
    return interfaces[interfaceId];
  }

  /** The number over the whole file of one the section uses, or -1 if the section has none such. */
  int ofSection(int sectionId) {
    return Integer.compareUnsigned(sectionId, count - sectionStart) < 0
        ? sectionStart + sectionId
        : -1;
  }

  /**
   * Where a packet of {@code interfaceId} can be written now: there if the interface is of the
   * current section, else at the section's first of the same link type; -1 if there is none.
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

  /** The codes of all interfaces if there are some and none can be read; else null. */
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
