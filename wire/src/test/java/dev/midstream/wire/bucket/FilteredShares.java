package dev.midstream.wire.bucket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.wire.header.FlowHashView;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Random;

/** All buckets, divided into shares, and the filter of each share. */
final class FilteredShares {
  private final BucketHash hash;
  private final List<BitSet> sets;
  private final List<FilterProgram> programs;

  private FilteredShares(BucketHash hash, List<BitSet> sets, List<FilterProgram> programs) {
    this.hash = hash;
    this.sets = sets;
    this.programs = programs;
  }

  /** Each {@code wanted}-th bucket; as many shares as there are buckets, if those are fewer. */
  static FilteredShares equal(BucketHash hash, int wanted) {
    int count = Math.min(wanted, hash.buckets());
    List<BitSet> sets = empty(count);
    List<FilterProgram> programs = new ArrayList<>();
    for (int share = 0; share < count; share++) {
      programs.add(BucketFilter.ofShare(hash, share, count));
    }
    for (int bucket = 0; bucket < hash.buckets(); bucket++) {
      sets.get(bucket % count).set(bucket);
    }
    return new FilteredShares(hash, sets, programs);
  }

  /** Any sets, some of which have long runs or are empty. */
  static FilteredShares random(BucketHash hash, int count, Random random) {
    List<BitSet> sets = empty(count);
    int maxRun = 1 << random.nextInt(9);
    for (int bucket = 0; bucket < hash.buckets(); ) {
      int end = Math.min(hash.buckets(), bucket + 1 + random.nextInt(maxRun));
      sets.get(random.nextInt(count)).set(bucket, end);
      bucket = end;
    }
    List<FilterProgram> programs = sets.stream().map(set -> BucketFilter.of(hash, set)).toList();
    return new FilteredShares(hash, sets, programs);
  }

  FilterProgram program(int share) {
    return programs.get(share);
  }

  /** The only share whose program accepts the frame. */
  int of(byte[] frame) {
    int found = -1;
    for (int share = 0; share < programs.size(); share++) {
      if (FilterInterpreter.accepts(programs.get(share), frame)) {
        assertThat(found).as("a second share: %s", Arrays.toString(frame)).isEqualTo(-1);
        found = share;
      }
    }
    assertThat(found).as("no share: %s", Arrays.toString(frame)).isNotEqualTo(-1);
    return found;
  }

  /** The share of the bucket that Java computes. */
  int of(FlowHashView flow) {
    return ofBucket(hash.of(flow));
  }

  int ofBucket(int bucket) {
    for (int share = 0; share < sets.size(); share++) {
      if (sets.get(share).get(bucket)) {
        return share;
      }
    }
    throw new AssertionError("no share: bucket=" + bucket);
  }

  private static List<BitSet> empty(int count) {
    List<BitSet> sets = new ArrayList<>();
    for (int share = 0; share < count; share++) {
      sets.add(new BitSet());
    }
    return sets;
  }
}
