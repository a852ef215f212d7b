package dev.midstream.tables.entry;

import dev.midstream.cluster.member.NodeId;
import dev.midstream.tables.entry.TableKey.BucketKey;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Who owns and backs up a bucket, for observers: what the nodes agreed on by messages is the truth.
 *
 * @param bucket 0 to 4,095
 * @param revision grows with the allocation table from which it was copied
 * @param owner null if the bucket has none
 * @param backups the heir first
 */
public record AllocationEntry(
    int bucket, long epoch, long revision, @Nullable NodeId owner, List<NodeId> backups)
    implements ReplicatedEntry {

  /** Copies the backups. */
  public AllocationEntry {
    backups = List.copyOf(backups);
  }

  @Override
  public BucketKey key() {
    return new BucketKey(bucket);
  }

  /** None: each coordinator writes it. */
  @Override
  public @Nullable UUID life() {
    return null;
  }
}
