package dev.midstream.tables.infinispan;

import dev.midstream.tables.entry.KeyCodec;
import org.infinispan.configuration.cache.HashConfiguration;
import org.infinispan.distribution.ch.KeyPartitioner;

/**
 * Puts the connections of a bucket into the segment with its number. Public, because Infinispan
 * makes it from its name.
 */
public final class BucketPartitioner implements KeyPartitioner {
  private int segments = 1;

  @Override
  public void init(HashConfiguration configuration) {
    segments = configuration.numSegments();
  }

  @Override
  public int getSegment(Object key) {
    if (key instanceof Integer segment) {
      // where nodes changed during a put, Infinispan 16.1.4 asks with the segment, not with a key
      return segment;
    }
    return KeyCodec.bucketOf(Values.octets(key)) % segments;
  }
}
