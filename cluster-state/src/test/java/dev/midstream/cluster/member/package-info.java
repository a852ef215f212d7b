/** Tests of membership. */
@NullMarked
package dev.midstream.cluster.member;

import org.jspecify.annotations.NullMarked;
