/**
 * The engines of one worker, one for each bucket that its node owns: {@link
 * dev.midstream.engines.worker.BucketEngines}.
 */
@NullMarked
package dev.midstream.engines.worker;

import org.jspecify.annotations.NullMarked;
