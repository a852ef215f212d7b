package dev.midstream.wire.fastpath;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * A compiled program for the kernel: an ELF file of the machine BPF, as clang writes it. Each
 * symbol of the section {@code maps} describes a map by its type, the octets of a key and of a
 * value, and the number of entries, 32 bits each.
 */
final class KernelObject {
  private static final String OBJECT = "fastpath.o";
  private static final int ELF_MAGIC = 0x464c457f;
  private static final int CLASS_64_LITTLE = 0x0102;
  private static final short MACHINE_BPF = 247;
  private static final int SECTION_BYTES = 64;
  private static final int SYMBOL_BYTES = 24;
  private static final int RELOCATION_BYTES = 16;
  private static final int REFERENCE_TO_MAP = 1;

  private final byte[] octets;
  private final ByteBuffer file;
  private final List<Section> sections = new ArrayList<>();

  /** A map that the program needs. */
  record MapDefinition(String name, int type, int keyBytes, int valueBytes, int entries) {
    MapDefinition withEntries(int other) {
      return new MapDefinition(name, type, keyBytes, valueBytes, other);
    }
  }

  /** The octet in the program at which an instruction begins that loads the map {@code name}. */
  record MapReference(int octet, String name) {}

  private record Section(String name, int at, int bytes) {}

  private record Symbol(String name, int section, int value) {}

  private KernelObject(byte[] octets) {
    this.octets = octets;
    file = ByteBuffer.wrap(octets).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** The program of this one. */
  static KernelObject own() {
    try (InputStream in = KernelObject.class.getResourceAsStream(OBJECT)) {
      if (in == null) {
        throw new IllegalStateException("not in the program's files: name=" + OBJECT);
      }
      return read(in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads {@code octets}; throws IllegalArgumentException if it is no such file. */
  static KernelObject read(byte[] octets) {
    KernelObject object = new KernelObject(octets);
    try {
      object.readSections();
    } catch (IndexOutOfBoundsException e) {
      throw new IllegalArgumentException("truncated: octets=" + octets.length, e);
    }
    return object;
  }

  private void readSections() {
    boolean isElf = file.getInt(0) == ELF_MAGIC && file.getShort(4) == CLASS_64_LITTLE;
    if (!isElf || file.getShort(18) != MACHINE_BPF) {
      throw new IllegalArgumentException("not an ELF file for the machine BPF");
    }
    int first = (int) file.getLong(40);
    int count = file.getShort(60);
    Objects.checkFromIndexSize(first, count * SECTION_BYTES, octets.length);
    int names = (int) file.getLong(first + file.getShort(62) * SECTION_BYTES + 24);
    for (int i = 0; i < count; i++) {
      int at = first + i * SECTION_BYTES;
      String name = text(names + file.getInt(at));
      sections.add(new Section(name, (int) file.getLong(at + 24), (int) file.getLong(at + 32)));
    }
  }

  /** The instructions of the section {@code name}, 8 octets each. */
  byte[] program(String name) {
    Section section = section(name);
    return Arrays.copyOfRange(octets, section.at, section.at + section.bytes);
  }

  /** The maps in the order of their definitions. */
  List<MapDefinition> maps() {
    int index = sections.indexOf(section("maps"));
    return symbols().stream()
        .filter(symbol -> symbol.section == index)
        .map(symbol -> definition(symbol.name, sections.get(index).at + symbol.value))
        .toList();
  }

  private MapDefinition definition(String name, int at) {
    return new MapDefinition(
        name, file.getInt(at), file.getInt(at + 4), file.getInt(at + 8), file.getInt(at + 12));
  }

  /** Where the program of the section {@code name} refers to maps. */
  List<MapReference> references(String name) {
    Section section = section(".rel" + name);
    List<Symbol> symbols = symbols();
    List<MapReference> references = new ArrayList<>();
    for (int at = section.at; at < section.at + section.bytes; at += RELOCATION_BYTES) {
      long info = file.getLong(at + 8);
      if ((int) info != REFERENCE_TO_MAP) {
        throw new IllegalArgumentException("unknown relocation: type=" + (int) info);
      }
      Symbol symbol = symbols.get((int) (info >>> 32));
      references.add(new MapReference((int) file.getLong(at), symbol.name));
    }
    return references;
  }

  private List<Symbol> symbols() {
    Section table = section(".symtab");
    int names = section(".strtab").at;
    List<Symbol> symbols = new ArrayList<>();
    for (int at = table.at; at < table.at + table.bytes; at += SYMBOL_BYTES) {
      String name = text(names + file.getInt(at));
      symbols.add(new Symbol(name, file.getShort(at + 6), (int) file.getLong(at + 8)));
    }
    return symbols;
  }

  private Section section(String name) {
    return sections.stream()
        .filter(section -> section.name.equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no such section: name=" + name));
  }

  private String text(int at) {
    int end = at;
    while (file.get(end) != 0) {
      end++;
    }
    return new String(octets, at, end - at, StandardCharsets.UTF_8);
  }
}
