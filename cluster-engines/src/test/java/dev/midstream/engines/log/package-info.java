/** Tests of the log of one bucket, at both ends. */
@NullMarked
package dev.midstream.engines.log;

import org.jspecify.annotations.NullMarked;
