package dev.midstream.reassembly.stream;

import dev.midstream.modcmd.command.CommandList;
import dev.midstream.modcmd.command.Octets;
import dev.midstream.modcmd.map.FinMap;
import dev.midstream.modcmd.map.FoldPolicy;
import dev.midstream.modcmd.map.OffsetMap;
import dev.midstream.modcmd.map.SackMap;
import dev.midstream.modcmd.offset.SequenceSpace;
import dev.midstream.reassembly.store.MemoryBudget;
import dev.midstream.reassembly.store.OctetSlice;
import dev.midstream.reassembly.store.ReleasedOctets;
import io.netty.buffer.ByteBufAllocator;

/**
 * What was decided about the octets of one direction, and what the sender was promised: the
 * essential state of a direction. Everything else of a {@link Stream} is derived from it, or
 * learned again from the next packets of both endpoints.
 */
public final class Edits {
  private final SequenceSpace space;
  private final CommandList commands = new CommandList();
  private final OffsetMap map = new OffsetMap(commands);
  private final FoldPolicy folding;
  private final FinMap fin = new FinMap(map);
  private final SackMap sack = new SackMap(map, fin);
  private final OpaqueSpan opaque = new OpaqueSpan(map);
  private final ReleasedOctets firstCopies;
  private long custodyEnd;
  private long count;

  Edits(SequenceSpace space, int commandCeiling, ByteBufAllocator allocator, MemoryBudget budget) {
    this.space = space;
    folding = new FoldPolicy(map, commandCeiling);
    firstCopies = new ReleasedOctets(allocator, budget);
  }

  /** Converts sequence numbers to offsets and back; original and new space share it. */
  public SequenceSpace space() {
    return space;
  }

  /** The modification commands that are not folded. */
  public CommandList commands() {
    return commands;
  }

  /** The mapping between original and new space. */
  public OffsetMap map() {
    return map;
  }

  /** Maps SACK blocks about this direction. */
  public SackMap sack() {
    return sack;
  }

  /** The end of the stream in both spaces. */
  public FinMap fin() {
    return fin;
  }

  /** When commands are folded into the base, and whether there are too many. */
  public FoldPolicy folding() {
    return folding;
  }

  /** The octets that the agent does not want to see. */
  public OpaqueSpan opaque() {
    return opaque;
  }

  /** The decided octets that the receiver has not acknowledged, as they left first. */
  public ReleasedOctets firstCopies() {
    return firstCopies;
  }

  /** D: the end of what is decided, in original space. */
  public long decided() {
    return map.decided();
  }

  /** N: the end of the decided output, in new space. */
  public long newEnd() {
    return map.newEnd();
  }

  /** K: everything below it, in original space, was acknowledged to the sender; never falls. */
  public long custodyEnd() {
    return custodyEnd;
  }

  void custodyEnd(long orgPosition) {
    custodyEnd = Math.max(custodyEnd, orgPosition);
  }

  /** Decides that the next octets, from {@code from} of a slice, pass; keeps them. */
  void pass(OctetSlice slice, int from, int length) {
    firstCopies.append(newEnd(), slice, from, length);
    map.decideTo(decided() + length);
  }

  /** Decides that the next {@code orgLength} octets become {@code octets}; keeps these. */
  void replace(int orgLength, Octets octets) {
    firstCopies.append(newEnd(), octets);
    long org = decided();
    commands.append(org, orgLength, octets);
    map.decideTo(org + orgLength);
  }

  /** Counts an edit that the agent decided, carried out or only monitored. */
  public void countEdit() {
    count++;
  }

  /** Edits that the agent decided. */
  public long count() {
    return count;
  }

  /** Whether the ends count octets differently, or an edit may still have to be mapped. */
  public boolean hasAny() {
    return commands.offset() != 0 || !commands.isEmpty();
  }
}
